"""The command line: `wenbao build`, `ask`, `search`, `articles`, `show`, `serve`, `feedback`, `eval`, `model`.

Parses, calls one function of `rag.serve.commands`, and turns errors into one line and exit code 2.
Imports nothing heavy, so that `wenbao --help` is instant.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rag.config import Config, load_config
from rag.errors import UsageError, WenbaoError

FAILED = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0, 2 after an error, 130 after Ctrl-C."""
    if arguments is None and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    try:
        options = make_parser().parse_args(arguments)
        config = configured(options)
        from rag.serve import commands

        command = getattr(commands, options.command)
        command(config, options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left; what Python would still write at exit has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except WenbaoError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or '系统'}：{error.strerror or error}")
    except Exception as error:
        if os.environ.get("WENBAO_TRACEBACK"):
            raise
        detail = " ".join(str(error).split())
        return _fail(f"内部错误 {type(error).__name__}：{detail}（设 WENBAO_TRACEBACK=1 再运行可看到出错位置）")
    finally:
        if arguments is None:
            gc.freeze()  # Python's last search for garbage takes seconds once torch is loaded
    return 0


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Stop in good order; a second Ctrl-C, while things are being put away, ends the process at once and silently."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise KeyboardInterrupt


def configured(options: argparse.Namespace) -> Config:
    """Return the settings of the working folder with the command's options over them."""
    config = load_config(Path.cwd())
    names = {field.name for field in fields(Config)}
    given = {name: value for name, value in vars(options).items() if name in names and value is not None}
    return replace(config, **given)


def _fail(message: str) -> int:
    sys.stdout.flush()
    sys.stderr.write("wenbao: " + " ".join(message.split("\n")) + "\n")
    return FAILED


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}（用法见 {self.prog} --help）")


class _Version(argparse.Action):
    """Prints the version; looked up only when asked for."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"wenbao {version('wenbao')}\n")
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = _Parser(prog="wenbao", description="问报：就一批文章提问，得到每句话都能查到出处的中文回答。")
    parser.add_argument("--version", action=_Version, nargs=0, help="显示版本")
    commands = parser.add_subparsers(dest="command", metavar="命令", required=True)
    _add_build(commands)
    _add_ask(commands)
    _add_search(commands)
    _add_articles(commands)
    _add_show(commands)
    _add_serve(commands)
    _add_feedback(commands)
    _add_eval(commands)
    _add_model(commands)
    return parser


Commands = argparse._SubParsersAction  # argparse has no public name for it


def _add_build(commands: Commands[_Parser]) -> None:
    build = _command(commands, "build", "读入文章，建立或更新索引")
    build.add_argument("sources", nargs="*", type=Path, metavar="来源", help="文件夹或文件，默认为配置中的 collection")
    _add_encoder(build)


def _add_ask(commands: Commands[_Parser]) -> None:
    ask = _command(commands, "ask", "提问；不写问题则进入连续问答")
    ask.add_argument("question", nargs="?", metavar="问题")
    ask.add_argument("--history", action="append", default=[], metavar="问题", help="此前问过的问题，可多次给出")
    ask.add_argument("--batch", type=Path, metavar="文件", help="逐行回答一个 jsonl 文件中的问题，- 为标准输入")
    ask.add_argument("--answerer", metavar="方式", help="auto、extractive、endpoint、transformers 或 gguf")
    ask.add_argument("--endpoint", metavar="网址", help="兼容 OpenAI 接口的服务地址，以 /v1 结尾")
    ask.add_argument("--model", metavar="模型", help="服务上的模型名，或本地模型的文件夹或文件")
    _add_encoder(ask)


def _add_search(commands: Commands[_Parser]) -> None:
    search = _command(commands, "search", "只检索，不回答")
    search.add_argument("question", nargs="?", metavar="问题")
    search.add_argument("--history", action="append", default=[], metavar="问题", help="此前问过的问题，可多次给出")
    search.add_argument("--batch", type=Path, metavar="文件", help="逐行检索一个 jsonl 文件中的问题，- 为标准输入")
    search.add_argument(
        "--limit", type=_positive, default=10, metavar="数", help="显示前几段，默认 10；JSON 总是给出全部"
    )
    _add_encoder(search)


def _add_articles(commands: Commands[_Parser]) -> None:
    _command(commands, "articles", "列出索引中的文章")


def _add_show(commands: Commands[_Parser]) -> None:
    show = _command(commands, "show", "显示一篇文章")
    show.add_argument("article", metavar="文章编号", help="编号或其开头几位，见 wenbao articles")


def _add_serve(commands: Commands[_Parser]) -> None:
    serve = _command(commands, "serve", "打开问答网页", json=False)
    serve.add_argument("--host", metavar="地址", help="默认 127.0.0.1，只有本机可以访问")
    serve.add_argument("--port", type=_port, metavar="端口", help="默认 7860")
    serve.add_argument(
        "--watch", nargs="*", type=Path, metavar="来源", help="文件有变化时自动更新索引；不写来源则为上次 build 的来源"
    )
    serve.add_argument("--answerer", metavar="方式", help="auto、extractive、endpoint、transformers 或 gguf")
    serve.add_argument("--endpoint", metavar="网址", help="兼容 OpenAI 接口的服务地址，以 /v1 结尾")
    serve.add_argument("--model", metavar="模型", help="服务上的模型名，或本地模型的文件夹或文件")
    _add_encoder(serve)


def _add_feedback(commands: Commands[_Parser]) -> None:
    feedback = _command(commands, "feedback", "查看读者对回答的评价，或导出为评测题")
    feedback.add_argument(
        "folder", nargs="?", type=Path, metavar="文件夹", help="把评测题写入这个文件夹，供 wenbao eval 使用"
    )


def _add_eval(commands: Commands[_Parser]) -> None:
    evaluate = _command(commands, "eval", "用公开的题集评测")
    evaluate.add_argument("folder", type=Path, metavar="文件夹", help="题集所在的文件夹")
    evaluate.add_argument("--only", action="append", default=[], metavar="题集", help="只评测这一个，可多次给出")
    evaluate.add_argument("--limit", type=_positive, metavar="数", help="每类最多几题")
    evaluate.add_argument("--joint", action="store_true", help="所有题集的文章放进同一个索引")
    evaluate.add_argument("--out", type=Path, metavar="文件", help="结果写入这个 JSON 文件")
    _add_encoder(evaluate)


def _add_model(commands: Commands[_Parser]) -> None:
    model = _command(commands, "model", "查看或取得本地语言模型")
    model.add_argument("action", choices=("list", "fetch"), metavar="list|fetch")
    model.add_argument("name", nargs="?", metavar="模型", help="要取得的模型，见 wenbao model list")


def _command(commands: Commands[_Parser], name: str, purpose: str, json: bool = True) -> _Parser:
    parser = commands.add_parser(name, help=purpose, description=purpose + "。")
    parser.add_argument("--index", metavar="文件夹", help="索引所在的文件夹，默认 index")
    if json:
        parser.add_argument("--json", action="store_true", help="输出 JSON")
    return parser


def _add_encoder(parser: _Parser) -> None:
    parser.add_argument("--encoder", metavar="模型", help="bundled，或 sentence-transformers 模型的文件夹或名称")
    parser.add_argument("--device", metavar="设备", help="cpu、cuda 等，默认自动选择")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 < value < 65536:
        raise argparse.ArgumentTypeError(f"端口 {text} 应在 1 到 65535 之间")
    return value


if __name__ == "__main__":
    sys.exit(main())
