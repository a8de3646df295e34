/** A login page: the examples of docs/security-model.md. */
@NullMarked
package dev.otpkit.examples.login;

import org.jspecify.annotations.NullMarked;
