# Sourced by the other scripts: makes .venv with the package and the extras given, once per change of pyproject.toml.
# Usage: . scripts/setup.sh [EXTRA]
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Python 3.11 or newer is needed; set PYTHON to its path (found: $("$python" --version 2>&1))" >&2
    exit 1
}
extra=${1:-}
stamp=.venv/installed${extra:+-$extra}
if [ ! -e "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    echo "installing into .venv …" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".${extra:+[$extra]}" >&2
    touch "$stamp"
fi
PATH=$root/.venv/bin:$PATH
export PATH
