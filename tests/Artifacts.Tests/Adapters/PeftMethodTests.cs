namespace Loragate.Artifacts.Adapters;

public sealed class PeftMethodTests
{
    [Theory]
    [InlineData("LORA", "LoRA")]
    [InlineData("ADALORA", "AdaLoRA")]
    [InlineData("LOHA", "LoHa")]
    [InlineData("LOKR", "LoKr")]
    [InlineData("IA3", "(IA)³")]
    [InlineData("VERA", "VeRA")]
    [InlineData("TRAINABLE_TOKENS", "Trainable Tokens")]
    [InlineData("LN_TUNING", "LN Tuning")]
    [InlineData("OFT", "OFT")]
    [InlineData("lora", "lora")]
    public void A_method_that_is_merged_has_its_authors_name_and_any_other_the_configs(string type, string name) => Assert.Equal(name, PeftMethod.NameOf(type));
}
