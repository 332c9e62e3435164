/** Parts that draw screens from declarations. */
export {}
