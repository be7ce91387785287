"""Reads every run of an experiment with MLflow's own client, and asks its models.

read_runs.py TRACKING_URI EXPERIMENT FEATURES    FEATURES: JSON, {clip: [[…], …]} frames by bands
prints one JSON object: runs by their unique tag, and posteriors of every clip by every model
"""

import hashlib
import json
import logging
import sys
import tempfile

logging.disable(logging.WARNING)
import mlflow
import numpy
from mlflow.tracking import MlflowClient

uri, name, features = sys.argv[1:]
mlflow.set_tracking_uri(uri)
client = MlflowClient(uri)
clips = {
    clip: numpy.array(frames, dtype='float32')[None] for clip, frames in json.load(open(features)).items()
}


def files(run_id, folder=None):
    for entry in client.list_artifacts(run_id, folder):
        if entry.is_dir:
            yield from files(run_id, entry.path)
        else:
            yield entry.path


def ask(run_id):
    """Posteriors of every clip, through the signature; nothing where the run has no model."""
    outputs = getattr(client.get_run(run_id), 'outputs', None)
    made = [f'models:/{one.model_id}' for one in (outputs.model_outputs if outputs else [])]
    if not made and 'model/MLmodel' in files(run_id, 'model'):
        made = [f'runs:/{run_id}/model']
    if not made:
        return None
    model = mlflow.pyfunc.load_model(made[0])
    signature = model.metadata.signature
    [key] = signature.outputs.input_names()
    return {
        'inputs': signature.inputs.to_dict(),
        'outputs': signature.outputs.to_dict(),
        'posteriors': {
            clip: model.predict({'features': frames})[key][0].tolist() for clip, frames in clips.items()
        },
    }


experiment = client.get_experiment_by_name(name)
runs = {}
for run in client.search_runs([experiment.experiment_id], max_results=1000):
    run_id = run.info.run_id
    with tempfile.TemporaryDirectory() as folder:
        artifacts = {}
        for path in files(run_id):
            with open(client.download_artifacts(run_id, path, folder), 'rb') as file:
                artifacts[path] = hashlib.sha256(file.read()).hexdigest()
    assert run.data.tags['affekt.run_uid'] not in runs, 'a run that is there twice'
    runs[run.data.tags['affekt.run_uid']] = {
        'id': run_id,
        'name': run.info.run_name,
        'status': run.info.status,
        'started': run.info.start_time,
        'ended': run.info.end_time,
        'params': run.data.params,
        'tags': run.data.tags,
        'metrics': {
            key: sorted([m.step, m.value, m.timestamp] for m in client.get_metric_history(run_id, key))
            for key in run.data.metrics
        },
        'datasets': sorted(
            f'{tag.value} {one.dataset.name} {one.dataset.digest}'
            for one in run.inputs.dataset_inputs
            for tag in one.tags
        ),
        'artifacts': artifacts,
        'model': ask(run_id),
    }
print(json.dumps({'version': mlflow.__version__, 'runs': runs}))
