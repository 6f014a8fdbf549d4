"""Strings that Jupyter and its front ends write into every notebook and that therefore cannot hold a leak.

A value is passed over only where both its member's name and the value itself are known; a name only where it is known.
"""

from __future__ import annotations

import re

#: Shorter strings outside cell sources cannot hold a leak, and notebooks are full of them.
SHORTEST = 4

_FRONT_END_NAMES = """
    attachments cell_type cells data display_name ename evalue execution_count executionInfo execution file_extension
    input input_prompt_number kernelspec language language_info metadata mimetype codemirror_mode name nbconvert_exporter
    nbformat nbformat_minor orig_nbformat output_type outputs prompt_number pygments_lexer source state stream text traceback
    trusted version version_major version_minor worksheets
    application/javascript application/json application/vnd.google.colaboratory.intrinsic+json
    application/vnd.jupyter.widget-state+json application/vnd.jupyter.widget-view+json application/vnd.plotly.v1+json
    image/jpeg image/png image/svg+xml text/html text/latex text/markdown text/plain
    stdout stderr latex javascript html json jpeg collapsed colab colab_type scrolled tags cellView outputId base_uri
    collapsed_sections provenance toc_visible authorship_tag accelerator gpuType needs_background papermill parameters
    duration end_time start_time exception status environment_variables input_path output_path default_parameters
    iopub.execute_input iopub.status.busy iopub.status.idle shell.execute_reply elapsed timestamp user_tz user userId
    displayName photoUrl height width editable deletable slideshow slide_type level model_id model_module model_module_version
    model_name referenced_widgets widgets _dom_classes _model_module _model_module_version _model_name _view_count
    _view_module _view_module_version _view_name layout style description jupyter outputs_hidden source_hidden
    availableInstances _defaultOrder _isFastLaunch category gpuNum hideHardwareSpecs memoryGiB vcpuNum instance_type
buffers encoding path
"""
NAMES = frozenset(_FRONT_END_NAMES.split())

_KNOWN = {
    "cell_type": "code markdown raw heading html",
    "output_type": "stream display_data execute_result error pyout pyerr update_display_data",
    "stream": "stdout stderr",
    "name": "stdout stderr python python3 ipython ir julia-1.10",
    "language": "python R julia",
    "pygments_lexer": "ipython3 ipython2 python r julia",
    "file_extension": ".py .r .jl",
    "mimetype": "text/x-python text/x-r-source application/julia",
    "nbconvert_exporter": "python script",
    "mode": "ipython python",
    "codemirror_mode": "ipython python",
    "cellView": "form both code input output",
    "needs_background": "light dark",
    "slide_type": "slide subslide fragment notes skip",
    "status": "completed pending ok",
    "encoding": "base64",
    "colab_type": "text code",
    "_model_module": "@jupyter-widgets/base @jupyter-widgets/controls @jupyter-widgets/output",
    "_view_module": "@jupyter-widgets/base @jupyter-widgets/controls @jupyter-widgets/output",
    "model_module": "@jupyter-widgets/base @jupyter-widgets/controls @jupyter-widgets/output",
}
_VALUES = {name: frozenset(values.split()) for name, values in _KNOWN.items()}
_VALUES["display_name"] = frozenset(("Python 3", "Python 3 (ipykernel)", "R", "Julia"))

_VERSION = re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}")
_WIDGET_CLASS = re.compile(r"[A-Z][A-Za-z]{2,30}(?:Model|View)")
_SHORT_ID = re.compile(r"[A-Za-z0-9_-]{1,12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WIDGET_REFERENCE = re.compile(r"IPY_MODEL_[0-9a-f]{32}")
_PATTERNS = {
    "id": _SHORT_ID,
    "outputId": _SHORT_ID,
    "layout": _WIDGET_REFERENCE,
    "style": _WIDGET_REFERENCE,
    "children": _WIDGET_REFERENCE,
    "model_name": _WIDGET_CLASS,
    "_model_name": _WIDGET_CLASS,
    "_view_name": _WIDGET_CLASS,
    "model_module_version": _VERSION,
    "_model_module_version": _VERSION,
    "_view_module_version": _VERSION,
}


def is_known_name(name: str) -> bool:
    """Whether a member's name cannot hold a leak: too short, or one that the front ends write."""
    return name in NAMES or len(name) < SHORTEST


def is_short_id(name: str, value: object) -> bool:
    """Whether this is a cell's id as the front ends make them: the string that most cells have beside their source."""
    return name == "id" and value.__class__ is str and _SHORT_ID.fullmatch(str(value)) is not None


def is_bookkeeping(name: str | None, value: str) -> bool:
    """Whether the string ``value`` of member ``name`` is one that the front ends write themselves."""
    if name is None:
        return False
    values = _VALUES.get(name)
    if values is not None and value in values:
        return True
    pattern = _PATTERNS.get(name)
    return pattern is not None and pattern.fullmatch(value) is not None
