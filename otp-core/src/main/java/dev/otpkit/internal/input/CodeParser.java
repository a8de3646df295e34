package dev.otpkit.internal.input;

import dev.otpkit.OtpPolicy;
import java.util.Optional;

/** Reads codes as typed by people. */
public final class CodeParser {
    private static final int MAX_TYPED = 64;

    private CodeParser() {}

    /**
     * Returns the code in the policy's own characters; empty if the typed text is too long, or no code of this policy.
     */
    public static Optional<String> read(String typed, OtpPolicy policy) {
        if (isTooLong(typed)) {
            return Optional.empty();
        }
        String typedCode = TypedText.code(typed);
        if (fits(typedCode, policy)) {
            return Optional.of(typedCode);
        }
        String code = TypedText.foldAscii(typedCode);
        if (code.length() != policy.length()) {
            return Optional.empty();
        }
        String characters = policy.alphabet().characters();
        String folded = TypedText.foldAscii(characters);
        StringBuilder canonical = new StringBuilder(code.length());
        for (int i = 0; i < code.length(); i++) {
            int position = folded.indexOf(code.charAt(i));
            if (position < 0) {
                return Optional.empty();
            }
            canonical.append(characters.charAt(position));
        }
        return Optional.of(canonical.toString());
    }

    /** Returns true if a typed text is refused for its length, before it is read. */
    public static boolean isTooLong(String typed) {
        return typed.length() > MAX_TYPED;
    }

    /** Returns true if a code has the policy's length and consists of exactly its characters. */
    public static boolean fits(String code, OtpPolicy policy) {
        if (code.length() != policy.length()) {
            return false;
        }
        String characters = policy.alphabet().characters();
        for (int i = 0; i < code.length(); i++) {
            if (characters.indexOf(code.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
