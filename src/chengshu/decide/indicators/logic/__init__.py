"""Pure rules of counting: what one case adds, how rates are made, which SQL an indicator may be."""
