import { createRequire } from 'node:module';
import type { JsonObject } from '../util/json.ts';

/** The look of all charts. Text and lines take the page's colour; a picture is on white. */
const theme: JsonObject = {
  background: 'transparent',
  font: 'Inter, system-ui, sans-serif',
  padding: 4,
  view: { stroke: null },
  axis: {
    ...{ labelColor: 'currentColor', titleColor: 'currentColor', tickColor: 'currentColor' },
    ...{ domainColor: 'currentColor', gridColor: 'currentColor', gridOpacity: 0.12 },
    ...{ domainOpacity: 0.4, tickOpacity: 0.4, labelFontSize: 11, titleFontSize: 11 },
    ...{ titleFontWeight: 'normal', labelLimit: 120 },
  },
  legend: {
    ...{ labelColor: 'currentColor', titleColor: 'currentColor', labelFontSize: 11 },
    ...{ titleFontSize: 11, titleFontWeight: 'normal', titleLimit: 260 },
  },
  header: { labelColor: 'currentColor', titleColor: 'currentColor', labelFontWeight: 'normal' },
  boxplot: {
    ...{
      box: { color: '#0B7FA0', fillOpacity: 0.75 },
      median: { color: '#FFFFFF', strokeWidth: 2 },
    },
    ...{
      rule: { color: '#0B7FA0' },
      outliers: { color: '#D55E00', size: 12, filled: true, opacity: 0.8 },
    },
  },
};

/** Pixels per unit of a chart that is drawn as a picture. */
const scale = 2;

/**
 * A Vega-Lite spec as SVG text, without a browser. Ids begin with `name`, so that several charts can
 * stand in one page.
 *
 * @throws Error when the spec is not one of Vega-Lite
 */
export async function chartSvg(spec: JsonObject, name: string): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const compiled = compile({ ...spec, config: theme } as never, { logger: vega.logger(vega.None) });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', logLevel: vega.None });
  try {
    const svg = await view.toSVG();
    // To a screen reader a chart is one picture with a title, not hundreds of nameless marks.
    const plain = svg.replaceAll(/ (?:role|aria-[a-z]+)="[^"]*"/g, '');
    return plain.replaceAll(/\b(id="|url\(#|href="#)/g, `$1${name}-`);
  } finally {
    view.finalize();
  }
}

/** A chart's SVG as a PNG on white, text in the font that comes along. */
export async function chartPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const font = createRequire(import.meta.url).resolve(
    '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  );
  const picture = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: scale },
    font: { loadSystemFonts: false, fontFiles: [font], defaultFontFamily: 'Inter' },
  });
  return picture.render().asPng();
}
