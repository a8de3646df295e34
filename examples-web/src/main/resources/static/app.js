// Nothing here is needed: without it, every form works, and the server refuses another code before its time.
(() => {
  'use strict';

  const countdown = document.getElementById('countdown');
  const resend = document.querySelector('button[name=resend]');
  if (countdown && resend) {
    const time = countdown.querySelector('.time');
    const zero = countdown.dataset.zero.codePointAt(0);
    const end = Date.now() + Number(countdown.dataset.seconds) * 1000;
    resend.disabled = true;
    const timer = setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left > 0) {
        const text = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
        time.textContent = text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
        return;
      }
      clearInterval(timer);
      resend.disabled = false;
      // Only the end is announced, not each second.
      countdown.setAttribute('role', 'status');
      countdown.textContent = countdown.dataset.done;
    }, 1000);
  }

  // WebOTP: a phone's browser offers the code of an SMS whose last line names this site.
  const code = document.querySelector('input[data-webotp]');
  if (code && 'OTPCredential' in window) {
    const typing = new AbortController();
    code.form.addEventListener('submit', () => typing.abort());
    navigator.credentials
      .get({otp: {transport: ['sms']}, signal: typing.signal})
      .then((otp) => {
        code.value = otp.code;
        code.form.requestSubmit();
      })
      .catch(() => {
        // The person types the code.
      });
  }
})();
