/** A page that survives a reload, and a help desk. */
@NullMarked
package dev.otpkit.examples.helpdesk;

import org.jspecify.annotations.NullMarked;
