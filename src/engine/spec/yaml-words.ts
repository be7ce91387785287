/** What a YAML syntax error means to somebody who writes a spec. */
export interface YamlWords {
  readonly message: string;
  readonly hint?: string;
}

const indentHint = 'Indent with spaces, and the same number of them for keys of one level.';

const byCode: Readonly<Record<string, YamlWords>> = {
  TAB_AS_INDENT: { message: 'a tab is used as indentation', hint: 'YAML wants spaces here.' },
  BAD_INDENT: { message: 'the indentation does not fit the lines above', hint: indentHint },
  MULTIPLE_DOCS: {
    message: 'a second document starts here',
    hint: 'A spec is one document: take out the "---", or make it a file of its own.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second ":" on this line',
    hint: 'Quote the text if the colon belongs to it, or put the inner map on its own line.',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'this line has no ":" after its key',
    hint: 'Write key: value.',
  },
  BAD_SCALAR_START: {
    message: 'a text cannot start with this character',
    hint: 'Put the text in quotes.',
  },
  BAD_DQ_ESCAPE: {
    message: 'this backslash escape is unknown',
    hint: 'Use single quotes where a backslash is meant as it stands.',
  },
  BAD_ALIAS: { message: 'this anchor or alias has no proper name' },
  MULTIPLE_ANCHORS: { message: 'a value can have one anchor only' },
  TAG_RESOLVE_FAILED: {
    message: 'tags (!name) are not supported',
    hint: 'Take the tag out; quotes make a text.',
  },
  BAD_COLLECTION_TYPE: { message: 'tags (!name) are not supported', hint: 'Take the tag out.' },
  BAD_DIRECTIVE: { message: 'this directive is not supported', hint: 'Take the line out.' },
  KEY_OVER_1024_CHARS: { message: 'this key is longer than 1024 characters' },
  RESOURCE_EXHAUSTION: { message: 'values are nested too deeply' },
  BLOCK_IN_FLOW: {
    message: 'a comma is missing, or an indented block stands inside { } or [ ]',
    hint: 'Inside brackets, write maps as { a: 1 } and lists as [1, 2].',
  },
};

/** Words for an error of the `yaml` library, told by its code and text. */
export function yamlWords(code: string, text: string): YamlWords {
  if (isUnclosed(code, text)) {
    return {
      message: 'this bracket is never closed, or what is inside is not indented',
      hint: `Close it with ${text.at(-1)}, and indent every line inside more than the key.`,
    };
  }
  if (code === 'MISSING_CHAR') return missing(text);
  if (code === 'UNEXPECTED_TOKEN' && /Plain value cannot start/.test(text)) {
    return byCode['BAD_SCALAR_START'] as YamlWords;
  }
  return byCode[code] ?? { message: `this is not YAML: ${lowerFirst(text)}` };
}

/** Whether the error is that a `[` or `{` has no end. */
export function isUnclosed(code: string, text: string): boolean {
  return (code === 'BAD_INDENT' || code === 'MISSING_CHAR') && /^Flow .* end with a/.test(text);
}

function missing(text: string): YamlWords {
  if (/quote/.test(text))
    return {
      message: 'a quote is never closed',
      hint: `Add the missing ${text.includes('"quote') ? '"' : "'"}.`,
    };
  if (/Implicit map keys/.test(text)) {
    return { message: 'a ":" is missing after this key', hint: 'Write key: value.' };
  }
  if (/^Missing , /.test(text)) {
    return { message: 'a comma is missing between these two', hint: 'Separate them by ", ".' };
  }
  return { message: `something is missing: ${lowerFirst(text)}` };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
