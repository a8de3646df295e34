/** Login pages: the examples of docs/security-model.md and docs/unknown-users.md. */
@NullMarked
package dev.otpkit.examples.login;

import org.jspecify.annotations.NullMarked;
