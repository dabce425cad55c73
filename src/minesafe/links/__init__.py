"""The hardened clients: a peer may hang, lie or vanish, and comes out as an error of ours."""
