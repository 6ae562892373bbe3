"""What is imported when it is first used may be first used by several threads at once."""

import subprocess
import sys

# pydicom's parts import each other in circles: who enters at two of them at once meets half of one. The second thread
# begins when the first is on its way into pydicom, which goes on once the second holds a part of it, or after a while.
AT_ONCE = """
import sys, threading, time
from importlib import _bootstrap
from viewers.series import charset, wanted
second, failed = threading.Event(), []
class Pause:
    def find_spec(self, name, path=None, target=None):
        if name == "pydicom" and not second.is_set():
            second.set()
            end = time.monotonic() + 1
            while "pydicom.charset" not in _bootstrap._module_locks and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(0.1)
        return None
def use(first):
    try:
        first()
    except ImportError as error:
        failed.append(error)
def come_second():
    second.wait()
    use(charset.know_every_encoding)
sys.meta_path.insert(0, Pause())
threads = [threading.Thread(target=use, args=(wanted.by_tag,)), threading.Thread(target=come_second)]
for one in threads:
    one.start()
for one in threads:
    one.join()
print(*failed)
"""


def test_threads_that_need_pydicom_at_once_all_get_the_whole_of_it() -> None:
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
