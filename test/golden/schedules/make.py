"""Learning rates of PyTorch's schedulers, one per optimiser step.  python make.py > schedules.json"""

import json

import torch


def rates(make, steps, losses=None):
    weight = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.SGD([weight], lr=0.003)
    scheduler = make(optimiser)
    out = []
    for step in range(steps):
        out.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step(*([] if losses is None else [losses[step]]))
    return out


one_cycle = torch.optim.lr_scheduler.OneCycleLR
losses = [1, 0.9, 0.95, 0.91, 0.92, 0.93, 0.8, 0.79999, 0.81, 0.82, 0.83, 0.84, 0.85]
print(
    json.dumps(
        {
            "torch": torch.__version__.split("+")[0],
            "peak": 0.003,
            "one_cycle": rates(
                lambda o: one_cycle(
                    o, 0.003, total_steps=60, pct_start=0.15, div_factor=10, final_div_factor=100, cycle_momentum=False
                ),
                60,
            ),
            "cosine": rates(lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=60), 60),
            "losses": losses,
            # One step per epoch: the rate that follows each loss.
            "plateau": rates(
                lambda o: torch.optim.lr_scheduler.ReduceLROnPlateau(o, factor=0.5, patience=2), len(losses), losses
            ),
        },
        indent=1,
    )
)
