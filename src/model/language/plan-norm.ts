import { addBuffer, addConstant, type Plan, type PlanFrames, refuse } from './site.ts';

export const planNorm: Plan<'norm'> = (site, over, input) => {
  if (input.kind === 'vector' && over === 'instance') {
    return refuse(
      site,
      'cannot normalise a channel over its frames: pool_time has ended them',
      'Move it up, or use norm: batch or norm: layer.',
    );
  }
  const { channels } = input;
  const weight = addConstant(site, 'norm.weight', channels, 1);
  const bias = addConstant(site, 'norm.bias', channels, 0);
  const running = over === 'batch' && {
    running: {
      mean: addBuffer(site, 'norm.running_mean', channels, 0),
      variance: addBuffer(site, 'norm.running_var', channels, 1),
    },
  };
  return [{ kind: 'norm', place: site.place, over, weight, bias, ...running, output: input }];
};

export const planActivation: Plan<'activation'> = ({ place }, of, output) => [
  { kind: 'activation', place, of, output },
];

export const planDropout: Plan<'dropout'> = ({ place }, rate, output) => [
  { kind: 'dropout', place, rate, spatial: false, output },
];

export const planSpatialDropout: PlanFrames<'spatial_dropout'> = ({ place }, rate, output) => [
  { kind: 'dropout', place, rate, spatial: true, output },
];
