"""Reads with MLflow's own client what affekt's client wrote, and writes what affekt's client reads.

read_back.py TRACKING_URI EXPERIMENT RUN MODEL|-    prints one JSON object
"""

import hashlib
import json
import logging
import math
import os
import sys
import tempfile

logging.disable(logging.WARNING)
import mlflow
from mlflow.tracking import MlflowClient

uri, experiment_id, run_id, model_id = sys.argv[1:]
mlflow.set_tracking_uri(uri)
client = MlflowClient(uri)


def number(value):
    """JSON has no NaN and no infinity."""
    return value if math.isfinite(value) else {'nan': 'NaN'}.get(str(value), str(value))


def describe(run):
    return {
        'id': run.info.run_id,
        'name': run.info.run_name,
        'status': run.info.status,
        'started': run.info.start_time,
        'ended': run.info.end_time,
        'params': run.data.params,
        'tags': run.data.tags,
        'latest': {key: number(value) for key, value in run.data.metrics.items()},
        'datasets': [
            {
                'name': one.dataset.name,
                'digest': one.dataset.digest,
                'sourceType': one.dataset.source_type,
                'source': one.dataset.source,
                'schema': one.dataset.schema,
                'profile': one.dataset.profile,
                'tags': {tag.key: tag.value for tag in one.tags},
            }
            for one in run.inputs.dataset_inputs
        ],
    }


def files(folder=None):
    for entry in client.list_artifacts(run_id, folder):
        if entry.is_dir:
            yield from files(entry.path)
        else:
            yield entry.path


run = client.get_run(run_id)
found = client.search_runs([experiment_id], order_by=['metrics.`val/uar` DESC'])
experiment = client.get_experiment(experiment_id)
with tempfile.TemporaryDirectory() as folder:
    artifacts = {}
    for path in files():
        with open(client.download_artifacts(run_id, path, folder), 'rb') as file:
            artifacts[path] = hashlib.sha256(file.read()).hexdigest()

    model = None
    if model_id != '-':
        logged = client.get_logged_model(model_id)
        local = mlflow.artifacts.download_artifacts(f'models:/{model_id}', dst_path=os.path.join(folder, 'm'))
        model = {
            'name': logged.name,
            'type': logged.model_type,
            'run': logged.source_run_id,
            'status': str(logged.status),
            'params': logged.params,
            'tags': {k: v for k, v in logged.tags.items() if not k.startswith('mlflow.')},
            'files': sorted(set(os.listdir(local)) - {'registered_model_meta'}),
            'outputs': [one.model_id for one in run.outputs.model_outputs],
            'metrics': [[m.key, m.value, m.step] for m in logged.metrics or []],
        }

history = {
    key: [[number(m.value), m.timestamp, m.step] for m in client.get_metric_history(run_id, key)]
    for key in run.data.metrics
}

# The other way round.
written = client.create_run(experiment_id, start_time=1_600_000_000_001, run_name='by Python', tags={'a': 'ü'})
values = [0.1, -1e-300, float('nan'), float('inf'), 3.0]
for step, value in enumerate(values):
    client.log_metric(written.info.run_id, 'm/x', value, timestamp=1_600_000_000_000 + step, step=step * 10)
client.log_param(written.info.run_id, 'p', 1.5)
client.log_text(written.info.run_id, 'grün', 'texts/a b.txt')
client.set_terminated(written.info.run_id, 'KILLED', 1_600_000_009_999)

print(
    json.dumps(
        {
            'version': mlflow.__version__,
            'experiment': {'name': experiment.name, 'tags': experiment.tags},
            'run': describe(run),
            'history': history,
            'found': [one.info.run_id for one in found],
            'artifacts': artifacts,
            'model': model,
            'written': written.info.run_id,
        },
        allow_nan=False,
    )
)
