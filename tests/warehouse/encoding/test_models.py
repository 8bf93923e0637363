"""A model is found by its bundled name, in a folder, or not at all, and is named by its weights."""

import subprocess
import sys

import pytest

from warehouse.encoding.models import BUNDLED_SHA256, TokenCounter, find_model, sha256_of_weights
from warehouse.errors import SettingError
from warehouse.settings import Settings


def test_the_bundled_model_has_the_weights_it_is_named_after():
    files = find_model(Settings())
    assert files.name == "all-MiniLM-L6-v2"
    assert sha256_of_weights(files.folder) == BUNDLED_SHA256
    assert files.revision == BUNDLED_SHA256[:8]


def test_a_folder_is_named_after_its_weights():
    bundled = find_model(Settings())
    assert find_model(Settings(model=str(bundled.folder))).revision == bundled.revision


def test_a_folder_without_weights_is_refused_with_what_was_expected(tmp_path):
    with pytest.raises(SettingError, match=r"model\.safetensors"):
        find_model(Settings(model=str(tmp_path)))


def test_a_name_that_is_nowhere_is_refused_with_what_to_set():
    with pytest.raises(SettingError, match="KLOG_MODEL"):
        find_model(Settings(model="no such model/at all"))


def test_tokens_are_counted_as_the_encoder_counts_them():
    count = TokenCounter(find_model(Settings()))
    assert count(["", "kernel", "paravirt_ops"]) == [0, 1, 5]


def test_counting_tokens_needs_no_torch():
    code = (
        "import sys; from warehouse.encoding.models import *; from warehouse.settings import Settings; "
        "TokenCounter(find_model(Settings()))(['x']); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
