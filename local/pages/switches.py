"""What can be broken and mended while the laptop cloud runs, and how it is now, whoever has turned the switch."""

import asyncio
import dataclasses
import os
import sys
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from local import documents, faults, stepfunctions
from local.api import call
from local.errors import LocalCloudError
from local.postgres import PostgresServer

STRIPE_SECONDS = 2
Probability = Annotated[float, Field(ge=0, le=1)]


class Wanted(BaseModel):
    """What shall change, the rest stays: the fields of ``Faults``, of Stripe's double, and whether PostgreSQL runs."""

    model_config = ConfigDict(extra="forbid", strict=True)

    email: Probability | None = None
    sms: Probability | None = None
    duplicate: Probability | None = None
    delay: Annotated[float, Field(ge=0, le=900)] | None = None
    bounces: Annotated[int, Field(ge=0, le=1)] | None = None
    waits: Annotated[float, Field(ge=0, le=1)] | None = None
    stripe: Probability | None = None
    database: bool | None = None


class Switches:
    """The emulator's faults, those of Stripe's double, and the server of the cloud's database."""

    def __init__(self, folder: Path, postgres_port: int, stripe_url: str) -> None:
        self._folder, self._stripe_url = folder, stripe_url
        self._postgres = PostgresServer(folder / "postgres", postgres_port)
        self._one_by_one = asyncio.Lock()

    def state(self) -> dict[str, Any]:
        """How everything is now; ``waits`` is the scale that holds, ``usual_waits`` the one it was started with.

        Raises ``LocalCloudError`` when Stripe's double does not answer.
        """
        return {
            **dataclasses.asdict(faults.current),
            "waits": stepfunctions.scale_of_waits(),
            "usual_waits": stepfunctions.usual_scale_of_waits(),
            "stripe": self._stripes_faults()["unavailable"],
            "database": self._postgres.pid is not None,
        }

    async def change(self, wanted: Wanted) -> None:
        """Raises ``LocalCloudError`` when PostgreSQL or Stripe's double does not do as it is told."""
        async with self._one_by_one:
            changes = wanted.model_dump(exclude={"database", "stripe"}, exclude_none=True)
            faults.put(dataclasses.replace(faults.current, **changes))
            if wanted.stripe is not None:
                faults.set_faults(self._stripe_url, **{**self._stripes_faults(), "unavailable": wanted.stripe})
            if wanted.database is not None:
                await self._turn_database(is_on=wanted.database)

    async def mend(self) -> None:
        """Everything is well again. Raises as ``change`` does."""
        async with self._one_by_one:
            faults.put(faults.Faults())
            faults.set_faults(self._stripe_url)
            await self._turn_database(is_on=True)

    def _stripes_faults(self) -> dict[str, Any]:
        """A program of its own, on this machine, which answers at once."""
        try:
            return dict(call("GET", f"{self._stripe_url}{faults.PATH}", timeout=STRIPE_SECONDS).body)
        except OSError:
            raise LocalCloudError("Stripe's double does not answer") from None

    async def _turn_database(self, *, is_on: bool) -> None:
        """By the command of ``make postgres-stop`` and ``-start``: the server is nobody's child afterwards."""
        if (self._postgres.pid is not None) == is_on:
            return
        command = (sys.executable, "-m", "local.postgres", "start" if is_on else "stop")
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=documents.ROOT,
            env={**os.environ, "LOCAL_FOLDER": str(self._folder)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        if process.returncode != 0:
            raise LocalCloudError(said.decode(errors="replace").strip() or "PostgreSQL does not do as it is told")
