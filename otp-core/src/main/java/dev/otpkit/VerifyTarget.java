package dev.otpkit;

import dev.otpkit.internal.state.RecipientStates;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The resolved target of a request to verify.
 *
 * @param resolver the resolver, since another manager may resolve the same request differently
 * @param recipient the recipient to look up; empty if the request names none
 * @param handle the handle of the only challenge asked for; empty if the request names no challenge
 * @param states the states to look in, in this order
 */
record VerifyTarget(
        Object resolver, Optional<Recipient> recipient, OptionalLong handle, List<RecipientStates> states) {}
