//! Which product may go to which country: decided monthly, checked for every order line, always explained.

mod domain;
