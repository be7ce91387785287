import type { ModelOperation } from '../layout/operations.ts';
import type { Signature } from './signature.ts';

/**
 * The small files beside `model.onnx` by which MLflow's Python opens it, `pyfunc` and `onnx` alike. `MLmodel`
 * is YAML, and JSON is YAML.
 */
export function modelFiles(
  { labels, created }: ModelOperation,
  fields: Readonly<Record<string, string>>,
  signature: Signature | undefined,
): Readonly<Record<string, string>> & { readonly MLmodel: string } {
  const time = new Date(created).toISOString().replace('T', ' ').replace('Z', '000');
  return {
    'requirements.txt': 'mlflow\nonnx\nonnxruntime\n',
    'python_env.yaml':
      'python: "3.11"\nbuild_dependencies: [pip]\ndependencies: [-r requirements.txt]\n',
    MLmodel: `${JSON.stringify(
      {
        ...fields,
        utc_time_created: time,
        ...(signature && { signature }),
        flavors: {
          onnx: {
            data: 'model.onnx',
            providers: ['CPUExecutionProvider'],
            onnx_session_options: null,
            code: null,
          },
          python_function: {
            loader_module: 'mlflow.onnx',
            data: 'model.onnx',
            python_version: '3.11.0',
            env: { virtualenv: 'python_env.yaml' },
          },
        },
        metadata: { labels },
      },
      null,
      1,
    )}\n`,
  };
}
