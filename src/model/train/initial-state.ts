import type { State, Tensors } from '../engine.ts';
import type { ModelPlan } from '../language/model-plan.ts';

/** Where a training begins: fresh parameters, buffers at their initial values, no momentum. */
export function initialState(
  plan: Pick<ModelPlan, 'parameters' | 'buffers'>,
  parameters: Readonly<Record<string, Float32Array>>,
): State {
  const filled = (
    specs: readonly { readonly name: string; readonly shape: readonly number[] }[],
    value: (name: string) => Float32Array | number,
  ): Tensors =>
    Object.fromEntries(
      specs.map(({ name, shape }) => {
        const given = value(name);
        const size = shape.reduce((a, b) => a * b, 1);
        const data = typeof given === 'number' ? new Float32Array(size).fill(given) : given.slice();
        return [name, { shape, data }];
      }),
    );
  const initial = new Map(plan.buffers.map((buffer) => [buffer.name, buffer.initial]));
  const own = (): Tensors => filled(plan.parameters, (name) => parameters[name] ?? 0);
  const buffers = (): Tensors => filled(plan.buffers, (name) => initial.get(name) ?? 0);
  return {
    parameters: own(),
    buffers: buffers(),
    firstMoment: filled(plan.parameters, () => 0),
    secondMoment: filled(plan.parameters, () => 0),
    averageParameters: own(),
    averageBuffers: buffers(),
    step: 0,
  };
}
