/** The API that every application uses: the manager, its requests and results, policies, recipients and secrets. */
@NullMarked
package dev.otpkit;

import org.jspecify.annotations.NullMarked;
