// No fonts or styles from elsewhere: the built site asks nobody but its own server.
export default {
  title: "Customs and banking",
  globalStylesheets: [],
  head: "<style>:root { --serif: var(--sans-serif); } p { max-width: none; }</style>",
  search: false,
  sidebar: false,
  pager: false,
  toc: false,
  footer: "Figures of the General Administration of Customs of China and the Bank of Russia, kept by Portvault.",
};
