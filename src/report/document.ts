import { type Html, html } from './html.ts';
import { styleSheet } from './style-sheet.ts';

/** A part of a page, with its entry in the contents. */
export interface Part {
  readonly title: string;
  readonly body: Html;
}

export interface Document {
  readonly title: string;
  /** Above the contents: the heading and what goes with it. */
  readonly head: Html;
  readonly parts: readonly (Part | undefined)[];
  /** What the page can do beyond reading; it must be whole without. */
  readonly script?: Html;
}

/** With fewer parts a table of contents is longer than a look. */
const leastContents = 3;

/** A whole document: one file, no request. Parts that are undefined are left out. */
export function page({ title, head, parts, script }: Document): string {
  const shown = parts.filter((part) => part !== undefined);
  const ids = uniqueIds(shown.map((part) => part.title));
  const links = shown.map((part, i) => html`<li><a href="#${ids[i] ?? ''}">${part.title}</a></li>`);
  const contents =
    shown.length < leastContents
      ? undefined
      : html`<nav aria-label="Contents"><ul>${links}</ul></nav>`;
  const sections = shown.map(
    (part, i) => html`<section aria-labelledby="${ids[i] ?? ''}">
<h2 id="${ids[i] ?? ''}">${part.title}</h2>
${part.body}
</section>
`,
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${styleSheet}</style>
</head>
<body>
<header>${head}</header>
${contents}
<main>
${sections}</main>
${script}
</body>
</html>
`.text;
}

function uniqueIds(titles: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return titles.map((title) => {
    const id = slug(title);
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? id : `${id}-${count}`;
  });
}

/** A title as an id: letters, digits and dashes. */
function slug(title: string): string {
  return (
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'part'
  );
}
