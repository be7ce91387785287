import { Type } from 'typebox';
import { decoderPackages } from '../audio/decoders.ts';
import { demo } from '../corpora/demo/index.ts';
import { corpora } from '../corpora/index.ts';
import { defineStage, type ParamProblem } from '../engine/stage.ts';
import { type Collection, collect } from './fetch/collect.ts';
import { synthesiseDemo } from './fetch/demo.ts';
import { locateDataset, locateOwnFiles } from './fetch/locate.ts';

const optionalText = (description: string, more: Readonly<Record<string, unknown>> = {}) =>
  Type.Union([Type.Null(), Type.String({ minLength: 1, ...more })], { default: null, description });

const columnParams = Type.Object(
  {
    file: Type.String({
      default: 'file',
      description: 'Column with the path of the recording: from the table, or its end.',
    }),
    emotion: Type.String({ default: 'emotion', description: 'Column with the label.' }),
    speaker: Type.String({ default: 'speaker', description: 'Column that tells speakers apart.' }),
    sex: optionalText('Column with the speaker’s sex: f, m, female, male; null where unknown.'),
    text: optionalText('Column with what is said: words or a sentence number; null where unknown.'),
    take: optionalText('Column that tells repetitions of one sentence apart; null where unknown.'),
  },
  { additionalProperties: false, description: 'Which column of the table holds what.' },
);

const params = Type.Object(
  {
    dataset: Type.Union([Type.Null(), Type.Enum(['demo', ...Object.keys(corpora)])], {
      default: null,
      examples: ['demo'],
      description:
        'A corpus by name: demo (synthesised here), or one that `affekt data add NAME PATH` registered.',
    }),
    files: optionalText('Own recordings: a glob, from the folder of the spec file.', {
      'x-affekt': 'path',
    }),
    table: optionalText('Labels of own recordings: a CSV or TSV file with a header.', {
      'x-affekt': 'path',
    }),
    columns: columnParams,
    labels: Type.Record(Type.String(), Type.Union([Type.String({ minLength: 1 }), Type.Null()]), {
      default: {},
      description:
        'Label in the table to emotion; null drops its rows, counted in the report. Empty keeps the labels as written.',
    }),
    name: Type.String({
      default: 'own',
      minLength: 1,
      description: 'What reports call the own recordings.',
    }),
    limit: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      default: null,
      description:
        'Take at most this many clips per class and speaker, the first by id; every result is stamped quick.',
    }),
    on_bad_file: Type.Enum(['error', 'skip'], {
      default: 'error',
      description:
        'What to do with recordings that cannot be used: stop and list them, or leave them out, listed in the report.',
    }),
  },
  { additionalProperties: false },
);

/** A corpus by name, or own recordings with their table. */
export const fetch = defineStage({
  kind: 'fetch',
  version: 1,
  protocol: true,
  summary: 'Brings a corpus in: by name, or own recordings with a table of labels.',
  params,
  inputs: {},
  outputs: { corpus: { type: 'corpus', summary: 'The recordings and what is known of them' } },
  tier: 'pooled',
  dependencies: decoderPackages,
  otherNames: { path: 'files', folder: 'files', corpus: 'dataset', emotions: 'labels' },
  check({ dataset, files, table, columns, labels, name }) {
    const problems: ParamProblem[] = [];
    if (dataset === null && files === null) {
      problems.push({
        path: [],
        message: 'fetch needs dataset or files',
        hint: `Add dataset: demo (or ${Object.keys(corpora).join(', ')}), or files and table for your own.`,
      });
    }
    if (dataset !== null) {
      const ignored: Readonly<Record<string, boolean>> = {
        files: files !== null,
        table: table !== null,
        columns: Object.values({ ...columns }).join() !== 'file,emotion,speaker,,,',
        labels: Object.keys(labels).length > 0,
        name: name !== 'own',
      };
      const given = Object.keys(ignored).filter((param) => ignored[param as 'files']);
      const [first] = given;
      if (first !== undefined) {
        const [belong, them] = given.length === 1 ? ['belongs', 'it'] : ['belong', 'them'];
        problems.push({
          path: [first],
          message: `${given.join(', ')} ${belong} to own files, with no effect beside dataset`,
          hint:
            first === 'labels' && given.length === 1
              ? 'Rename the labels of a dataset in a stage behind it: uses: select, with: { labels: … }.'
              : `Remove ${them}, or remove dataset.`,
        });
      }
    } else if (files !== null && table === null) {
      problems.push({
        path: ['files'],
        message: 'files needs a table of labels',
        hint: 'Add table: labels.csv, with the columns file, emotion and speaker.',
      });
    }
    return problems;
  },
  quick: (given) => ({ ...given, limit: Math.min(given.limit ?? 10, 10) }),
  sources(given, context) {
    const { dataset, files, table } = given;
    if (dataset === 'demo') return [];
    if (dataset !== null) return [locateDataset(dataset, context)];
    if (files === null || table === null) return [];
    return [locateOwnFiles({ ...given, files, table }, context)];
  },
  run(context) {
    const { dataset, limit, on_bad_file } = context.params;
    if (dataset === demo.name) return synthesiseDemo(context, limit);
    const found = context.source('corpus') as unknown as Collection;
    return collect(context, found, on_bad_file, limit);
  },
});
