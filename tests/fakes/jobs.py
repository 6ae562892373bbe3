"""A parser that runs jobs in this process, and an executor without threads; for bytes that tests made themselves."""

import importlib
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any


class DirectParser:
    """Runs ``module:function`` here; a job that refuses answers as an isolated worker would."""

    def parse(
        self, job: str, payload: bytes | memoryview, options: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        from viewers.isolation.errors import Refused

        module, _, function = job.partition(":")
        try:
            answer = getattr(importlib.import_module(module), function)(memoryview(payload), options or {})
        except Refused as refused:
            return {"refused": str(refused)}
        return dict(answer)


class DirectPool(DirectParser):
    """Workers that are not isolated, for whoever submits jobs; counts them."""

    def __init__(self) -> None:
        self.submitted = 0

    def submit(
        self, job: str, payload: bytes | memoryview = b"", options: Mapping[str, object] | None = None, **_how: object
    ) -> "Future[dict[str, object]]":
        self.submitted += 1
        answer: Future[dict[str, object]] = Future()
        answer.set_result(self.parse(job, payload, options))
        return answer


class DirectExecutor(Executor):
    """Does the work when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as failure:  # noqa: BLE001  (the future carries it)
            future.set_exception(failure)
        return future
