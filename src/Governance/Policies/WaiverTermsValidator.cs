using FluentValidation;
using Loragate.Governance.Approvals;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Policies;

/// <summary>What the terms of waivers have to fulfil. That their rules exist is held against the policy.</summary>
internal sealed class WaiverTermsValidator : AbstractValidator<WaiverTerms>
{
    private const int MostSigners = 20;
    private const int MostDays = 366;

    public WaiverTermsValidator()
    {
        RuleFor(terms => terms.Rules).NotEmpty().WithMessage("'rules' must name the rules that may be waived");
        RuleFor(terms => terms.Signers).InclusiveBetween(2, MostSigners).WithMessage($"'signers' must lie between 2 and {MostSigners}: nobody lifts a rule alone");
        RuleFor(terms => terms.Roles).Must(roles => roles.Count > 0 && roles.All(role => PlainWords.RoleFault(role) is null && role is not (TrustedSigner.Gate or TrustedSigner.Author)))
            .WithMessage($"'roles' must name at least one role, and neither {TrustedSigner.Gate} nor {TrustedSigner.Author}");
        RuleFor(terms => terms.MaximumDays).InclusiveBetween(1, MostDays).WithMessage($"'maximumDays' must lie between 1 and {MostDays}");
    }
}
