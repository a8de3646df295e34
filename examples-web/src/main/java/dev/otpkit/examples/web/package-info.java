/** A web application with a sign-up, a log-in and a payment. */
@NullMarked
package dev.otpkit.examples.web;

import org.jspecify.annotations.NullMarked;
