"""Outside identity providers; each implements security's IdentityProvider."""
