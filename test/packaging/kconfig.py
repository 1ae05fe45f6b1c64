"""kconfig.py FILE NAME=VALUE...: reads a Kconfig file, sets values, prints all as CONFIG_NAME=VALUE. What the parser
complains of is an error; so is a value that does not take."""
import sys
import kconfiglib

config = kconfiglib.Kconfig(sys.argv[1], warn_to_stderr=False)
for setting in sys.argv[2:]:
    name, value = setting.split("=")
    symbol = config.syms[name]
    if not symbol.set_value(value) or symbol.str_value != value:
        sys.exit(f"{sys.argv[1]}: {name} does not take {value}")
if config.warnings:
    sys.exit("\n".join(config.warnings))
for symbol in config.unique_defined_syms:
    print(f"CONFIG_{symbol.name}={symbol.str_value}")
