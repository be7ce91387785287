import type { Random } from '../../util/random.ts';
import type { ModelPlan } from './model-plan.ts';

/**
 * First values of all parameters, by name. Uniform ones are drawn one after the other, parameters in
 * the plan's order and numbers in row-major order, so equal seeds give equal bits.
 */
export function initialise(
  { parameters }: Pick<ModelPlan, 'parameters'>,
  random: Random,
): Readonly<Record<string, Float32Array>> {
  return Object.fromEntries(
    parameters.map(({ name, shape, init }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = Float32Array.from({ length: size }, () =>
        init.kind === 'constant' ? init.value : init.bound * (2 * random.next() - 1),
      );
      return [name, values];
    }),
  );
}
