# Proof with Frama-C: see docs/proof.md.
#
#   make prove                            every room, on both machine models; more than an hour
#   make prove ROOMS="eva:sse wp:sse"     some alone; MACHINE=gcc_x86_32 on one model

.PHONY: prove
prove:
	@test/packages.sh prove
	@node test/proof/run.mjs $(ROOMS)
