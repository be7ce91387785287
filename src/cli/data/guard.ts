import { SourceError } from '../../engine/stage.ts';
import { UsageError } from '../command.ts';

/** The store words its own refusals. */
export async function guard(body: () => number | Promise<number>): Promise<number> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(error.message, error.hint);
    throw error;
  }
}
