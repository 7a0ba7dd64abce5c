"""Mapping templates, run by Apache Velocity itself and the commons-lang that API Gateway's ``$util`` wraps.

Debian has both (``velocity``, with a headless Java); JPype calls them, in a process of its own, for a Java machine
guards the stack of whoever starts it. ``$input`` has no class in Java: its three methods are answered by the stand-in's
own (``local.gateway``), by way of Velocity's introspection.
"""

import base64
import dataclasses
import functools
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jpype  # type: ignore[import-untyped]  # it has no types

from local import documents, gateway

JARS = [Path("/usr/share/java", name) for name in ("velocity.jar", "commons-collections3.jar", "commons-lang.jar")]


def missing() -> str | None:
    """What this machine lacks for it, in words; None when it is all there."""
    absent = [jar.name for jar in JARS if not jar.exists()]
    if absent:
        return f"Apache Velocity is not installed here (Debian: velocity); there is no {', '.join(absent)}"
    try:
        jpype.getDefaultJVMPath()
    except jpype.JVMNotFoundException:
        return "there is no Java here (Debian: default-jre-headless)"
    return None


class Velocity:
    """The process, from its first template to ``close``."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=documents.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        self._process.communicate()
        assert self._process.returncode == 0

    def render(
        self, template: str, payload: bytes, parameters: gateway.Parameters, context: Mapping[str, Any]
    ) -> gateway.Rendered:
        """As ``local.gateway.render``. Raises ``ValueError`` with Java's words where a template does not hold."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        call = [template, base64.b64encode(payload).decode(), dataclasses.asdict(parameters), dict(context)]
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return gateway.Rendered(**answer)


def main() -> None:
    """Calls come as lines on standard input; answers go, a line each, to standard output."""
    for line in sys.stdin:
        template, payload, parameters, context = json.loads(line)
        answer: dict[str, Any]
        try:
            rendered = _render(template, base64.b64decode(payload), gateway.Parameters(**parameters), context)
        except jpype.JException as error:
            answer = {"error": str(error)}
        else:
            answer = dataclasses.asdict(rendered)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _render(
    template: str, payload: bytes, parameters: gateway.Parameters, context: Mapping[str, Any]
) -> gateway.Rendered:
    engine, introspection = _engine()
    answers = gateway.Input(payload, parameters)
    introspection.methods = {"json": answers.json, "path": answers.path, "params": answers.params}
    override = jpype.java.util.HashMap()
    override.put("header", jpype.java.util.HashMap())
    made = _java(context)
    made.put("responseOverride", override)
    variables = jpype.JClass("org.apache.velocity.VelocityContext")()
    variables.put("input", introspection.marker)
    variables.put("util", jpype.JClass("org.apache.commons.lang.StringEscapeUtils")())
    variables.put("context", made)
    written = jpype.java.io.StringWriter()
    engine.evaluate(variables, written, "template", jpype.JString(template))
    status = override.get("status")
    headers = {str(name): str(value) for name, value in override.get("header").items()}
    return gateway.Rendered(str(written.toString()).strip(), None if status is None else int(str(status)), headers)


class _Introspection:
    """Velocity's ``Uberspect``: Java's own for everything but ``$input``."""

    def __init__(self, java: Any) -> None:
        self.java = java
        self.marker = jpype.java.lang.Object()
        self.methods: dict[str, Any] = {}

    def init(self) -> None:
        self.java.init()

    def getIterator(self, subject: Any, info: Any) -> Any:  # noqa: N802  # Java's name for it, as the ones below
        return self.java.getIterator(subject, info)

    def getMethod(self, subject: Any, name: Any, arguments: Any, info: Any) -> Any:  # noqa: N802
        if not self.marker.equals(subject):
            return self.java.getMethod(subject, name, arguments, info)
        return jpype.JProxy("org.apache.velocity.util.introspection.VelMethod", inst=_Method(self.methods[str(name)]))

    def getPropertyGet(self, subject: Any, name: Any, info: Any) -> Any:  # noqa: N802
        return self.java.getPropertyGet(subject, name, info)

    def getPropertySet(self, subject: Any, name: Any, value: Any, info: Any) -> Any:  # noqa: N802
        return self.java.getPropertySet(subject, name, value, info)


class _Method:
    def __init__(self, function: Any) -> None:
        self.function = function

    def invoke(self, _subject: Any, arguments: Any) -> Any:
        return _java(self.function(*(str(each) for each in arguments or [])))

    def isCacheable(self) -> bool:  # noqa: N802  # Java's name for it, as the ones below
        return False

    def getMethodName(self) -> str:  # noqa: N802
        return str(self.function.__name__)

    def getReturnType(self) -> Any:  # noqa: N802
        return jpype.java.lang.Object.class_


@functools.cache
def _engine() -> tuple[Any, _Introspection]:
    jpype.startJVM("-Xmx256m", classpath=[str(jar) for jar in JARS])
    kind = jpype.JClass("org.apache.velocity.runtime.RuntimeInstance")
    engine = kind()
    engine.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute")
    engine.init()
    field = kind.class_.getDeclaredField("uberSpect")
    field.setAccessible(True)
    introspection = _Introspection(engine.getUberspect())
    field.set(engine, jpype.JProxy("org.apache.velocity.util.introspection.Uberspect", inst=introspection))
    return engine, introspection


def _java(value: Any) -> Any:
    """A Python value as the Java object that API Gateway would have."""
    if isinstance(value, gateway.Map):
        value = value.values
    if isinstance(value, Mapping):
        made = jpype.java.util.LinkedHashMap()
        for name, each in value.items():
            made.put(jpype.JString(name), _java(each))
        return made
    if isinstance(value, list):
        items = jpype.java.util.ArrayList()
        for each in value:
            items.add(_java(each))
        return items
    if value is None or isinstance(value, bool | int | float):
        return value
    return jpype.JString(value)


if __name__ == "__main__":
    main()
