/// What makes pages more pleasant where scripts run. Nothing needs it.
enum Script {
    static let text = #"""
        "use strict";
        // A button that shows what is typed into a password field.
        for (const input of document.querySelectorAll("input[type=password][data-show]")) {
          const box = document.createElement("div");
          const button = document.createElement("button");
          box.className = "reveal";
          button.type = "button";
          button.setAttribute("aria-controls", input.id);
          const label = document.querySelector(`label[for="${input.id}"]`);
          const update = () => {
            const shown = input.type === "text";
            button.textContent = shown ? input.dataset.hide : input.dataset.show;
            button.setAttribute("aria-label", `${button.textContent}: ${label ? label.textContent.trim() : ""}`);
          };
          button.addEventListener("click", () => {
            input.type = input.type === "text" ? "password" : "text";
            update();
            input.focus();
          });
          const focused = document.activeElement === input;
          input.replaceWith(box);
          box.append(input, button);
          if (focused) input.focus();
          update();
          // Browsers offer to save what a password field holds, so it is one again when the form goes out.
          if (input.form) input.form.addEventListener("submit", () => { input.type = "password"; update(); });
        }
        // A second press while the first is on its way is not sent.
        for (const form of document.forms) {
          form.addEventListener("submit", (event) => {
            if (form.dataset.sent) return event.preventDefault();
            form.dataset.sent = "yes";
            const button = form.querySelector("button[type=submit]");
            if (button) button.setAttribute("aria-disabled", "true");
          });
        }
        addEventListener("pageshow", () => {
          for (const form of document.forms) {
            delete form.dataset.sent;
            const button = form.querySelector("button[type=submit]");
            if (button) button.removeAttribute("aria-disabled");
          }
        });
        // A pasted link becomes the code in it.
        const code = document.getElementById("code");
        if (code) {
          code.addEventListener("input", () => {
            const found = /[?&]inv_code=([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/.exec(code.value.replace(/\s+/g, ""));
            if (found) code.value = found[1];
          });
        }

        """#
}
