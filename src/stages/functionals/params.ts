import { type Static, Type } from 'typebox';
import type { ParamProblem } from '../../engine/stage.ts';

const hertz = { minimum: 20, maximum: 2000 };

export const functionalsParams = Type.Object(
  {
    f0_min: Type.Number({ ...hertz, default: 70, description: 'Lowest pitch in Hz.' }),
    f0_max: Type.Number({ ...hertz, default: 500, description: 'Highest pitch in Hz.' }),
  },
  { additionalProperties: false },
);

export type FunctionalsParams = Static<typeof functionalsParams>;

export function checkFunctionalsParams(params: FunctionalsParams): readonly ParamProblem[] {
  const { f0_min, f0_max } = params;
  if (f0_max >= 2 * f0_min) return [];
  return [
    {
      path: ['f0_max'],
      message: `f0_max ${f0_max} Hz is not an octave above f0_min ${f0_min} Hz`,
      hint: 'Voices range from 70 to 500 Hz; children speak at 200 to 600.',
    },
  ];
}
