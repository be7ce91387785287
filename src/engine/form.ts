import type { StageKind } from './stage.ts';

/**
 * What a kind means to a stage with these ports: itself, or the form of it that has them all. Of a kind
 * without forms, and where nothing fits, it is the kind itself.
 */
export function formWithPorts(kind: StageKind, ports: readonly string[]): StageKind {
  const forms = [kind, ...Object.values(kind.forms ?? {})];
  const has = ({ inputs }: StageKind): boolean =>
    ports.every((port) => Object.hasOwn(inputs, port));
  return forms.find(has) ?? kind;
}
