/** What MLflow servers take, counted in code points as Python does. */
export const limits = {
  key: 250,
  /** A longer param value is cut by the server without a word. */
  paramValue: 6000,
  /** A longer tag value is cut by the server without a word. */
  tagValue: 8000,
  experimentTagValue: 5000,
  experimentName: 256,
  /** SQLite takes longer ones, other databases do not. */
  runName: 250,
  datasetName: 500,
  datasetDigest: 36,
  datasetSource: 65_535,
  datasetSchema: 1_048_575,
  datasetProfile: 16_777_215,
  inputTagKey: 255,
  inputTagValue: 500,
  batchParams: 100,
  batchTags: 100,
  batchMetrics: 1000,
  /** Params, tags and metrics of one batch together. */
  batchTotal: 1000,
  /** MLflow 2 refuses to take a batch of more keys a second time. */
  batchKeys: 100,
  pageSize: 1000,
  historyPage: 25_000,
  /** Bytes that a server stores for any artifact store, through the route of its own web page. */
  uploadThroughPage: 10_000_000,
} as const;

/** Length as Python counts: code points, not UTF-16 units. */
export function codePoints(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    const next = text.charCodeAt(i + 1);
    if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) length--;
  }
  return length;
}

/** Cuts text to so many code points, with an ellipsis where something is missing. */
export function cutText(text: string, most: number): string {
  if (codePoints(text) <= most) return text;
  return `${[...text].slice(0, most - 1).join('')}…`;
}
