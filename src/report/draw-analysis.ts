import { readAnalysis, readChart } from '../artifacts/analysis.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import { chartPng, chartSvg } from './chart.ts';
import type { AnalysisRow, DrawnChart } from './report-data.ts';

/** Draws the charts of an analysis, one after the other: a chart takes some megabytes. */
export async function drawAnalysis(address: string, files: ArtifactFiles): Promise<AnalysisRow> {
  const analysis = readAnalysis(files);
  const charts: DrawnChart[] = [];
  for (const entry of analysis.charts) {
    charts.push({ ...entry, drawing: await draw(address, entry.name, entry.raster, files) });
  }
  return { address, analysis, charts };
}

async function draw(
  address: string,
  name: string,
  raster: boolean,
  files: ArtifactFiles,
): Promise<DrawnChart['drawing']> {
  try {
    const prefix = `${address}-${name}`.replaceAll(/[^A-Za-z0-9-]/g, '_');
    const svg = await chartSvg(readChart(files, name), prefix);
    return raster ? { png: await chartPng(svg) } : { svg };
  } catch (error) {
    // A chart that cannot be drawn must not cost the page; its numbers are in the tables.
    return { error: (error as Error).message };
  }
}
