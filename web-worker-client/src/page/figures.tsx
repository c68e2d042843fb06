import type { VolunteerState } from "@near-offshore/volunteer";
import type { ComponentChildren } from "preact";
import { formatCount, formatNear } from "../view/format.ts";

/** What has come of it so far. */
export function Figures({ volunteer }: { volunteer: VolunteerState }) {
  const { accepted, rejected, earned_yocto } = volunteer.ledger;
  return (
    <dl class="figures">
      <Figure name="Earned with this key" id="earned">
        {formatNear(earned_yocto)} <span>NEAR</span>
      </Figure>
      <Figure name="Accepted" id="accepted">
        {accepted.toLocaleString("en")}
      </Figure>
      <Figure name="Rejected" id="rejected">
        {rejected.toLocaleString("en")}
      </Figure>
      <Figure name="Instructions per second" id="rate">
        {formatCount(volunteer.instructions_per_second)}
      </Figure>
    </dl>
  );
}

function Figure({ name, id, children }: { name: string; id: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-figure={id}>{children}</dd>
    </div>
  );
}
