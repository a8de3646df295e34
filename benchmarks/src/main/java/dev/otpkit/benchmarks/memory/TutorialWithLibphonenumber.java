package dev.otpkit.benchmarks.memory;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;

/** The code of tutorials after libphonenumber has parsed, checked and formatted the number, as its own page shows. */
final class TutorialWithLibphonenumber extends Tutorial {
    private final PhoneNumberUtil phoneNumbers = PhoneNumberUtil.getInstance();

    TutorialWithLibphonenumber(Form form) {
        super(form);
    }

    @Override
    public void send(String address) {
        super.send(e164(address));
    }

    @Override
    public boolean verify(String address, String code) {
        return super.verify(e164(address), code);
    }

    private String e164(String typed) {
        try {
            PhoneNumber number = phoneNumbers.parse(typed, "SA");
            if (!phoneNumbers.isValidNumber(number)) {
                throw new IllegalArgumentException("not a valid number");
            }
            return phoneNumbers.format(number, PhoneNumberFormat.E164);
        } catch (NumberParseException e) {
            throw new IllegalArgumentException("not a number", e);
        }
    }
}
