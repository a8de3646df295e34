package dev.otpkit;

import dev.otpkit.internal.rules.RecipientRules.Issue;
import dev.otpkit.internal.rules.RecipientState;

/** The check of one send against the budgets for traffic, and the permits that it holds. Not thread-safe. */
interface TrafficCheck {
    /** The check of a send that does not count. */
    TrafficCheck NONE = new TrafficCheck() {
        @Override
        public Issue admit(Issue.Issued issued, RecipientState state, long now) {
            return issued;
        }

        @Override
        public void publish() {
            // There is no budget that could be exceeded.
        }

        @Override
        public void release() {
            // Nothing was counted.
        }
    };

    /**
     * Returns the challenge that the rules issue, if there is a permit under each budget, otherwise a refusal. The
     * permits are acquired once per send, however often the rules are applied.
     *
     * @param state the state that the challenge was issued from
     * @throws OtpStoreException if the store cannot answer
     */
    Issue admit(Issue.Issued issued, RecipientState state, long now);

    /** Logs and publishes the budgets that the send exceeds. */
    void publish();

    /** Takes the send out of all counts, since no message was sent. A second call does nothing. */
    void release();
}
