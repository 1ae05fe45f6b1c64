# Static analysis: cppcheck with MISRA C:2012, gcc -fanalyzer, clang-tidy and scan-build, against the deviations of docs/misra.md.
#
#   make analyze     fails on a finding that no deviation covers; a part of make check

.PHONY: analyze
analyze: packages-check
	@test/sources.sh lwip || [ $$? = 77 ]
	@node test/analyze/analyze.mjs
