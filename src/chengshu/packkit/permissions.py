"""What one may be granted on packs."""

from chengshu.base.operations import Operation

READ = Operation("packs.read", "查看应用包", "Read packs")
INSTALL = Operation("packs.install", "安装与停用应用包", "Install and switch off packs")

ALL: tuple[Operation, ...] = (READ, INSTALL)
