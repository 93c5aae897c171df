/** The product's name, in the header and in every page's title. A product made from this page changes it here and in index.html. */
export const productName = "API starter";
