using Atrium.Inference.Language;

namespace Atrium.Inference.Tests.Language;

public sealed class PersonalDataTests
{
    [Theory]
    [InlineData("Write to mary.smith+a@example.co.uk, please.", "Email", "mary.smith+a@example.co.uk")]
    [InlineData("See https://example.com/a?b=1 (or not).", "URL", "https://example.com/a?b=1")]
    [InlineData("Card 4111 1111 1111 1111 was charged.", "CreditCardNumber", "4111 1111 1111 1111")]
    [InlineData("IBAN DE89 3704 0044 0532 0130 00.", "InternationalBankingAccountNumber", "DE89 3704 0044 0532 0130 00")]
    [InlineData("IBAN GB82WEST12345698765432!", "InternationalBankingAccountNumber", "GB82WEST12345698765432")]
    [InlineData("Her number is 856-45-6789.", "USSocialSecurityNumber", "856-45-6789")]
    [InlineData("The host is 192.168.10.254.", "IPAddress", "192.168.10.254")]
    [InlineData("The host is 2001:db8::8a2e:370:7334, they say", "IPAddress", "2001:db8::8a2e:370:7334")]
    [InlineData("Call (312) 555-1234 today", "PhoneNumber", "(312) 555-1234")]
    [InlineData("Ruf +49 30 901820 an", "PhoneNumber", "+49 30 901820")]
    public void What_has_a_form_is_found_whole(string text, string category, string found)
    {
        var datum = Assert.Single(PersonalData.Find(text));
        Assert.Equal((category, found), (datum.Category, text.Substring(datum.Span.Start, datum.Span.Length)));
    }

    [Theory]
    [InlineData("Card 4111 1111 1111 1112 was charged.")]
    [InlineData("IBAN DE88370400440532013000.")]
    [InlineData("Order 000-12-3456, 666-12-3456 and 900-12-3456")]
    [InlineData("Version 1.2.3 of 300.1.2.3 at 12:30:45 costs 1,299.50 for 2024-09-01")]
    [InlineData("me@home and user@ and @name")]
    public void What_only_looks_like_it_is_left(string text) => Assert.Empty(PersonalData.Find(text));

    [Fact]
    public void Parts_come_in_order_and_never_overlap() =>
        Assert.Equal(
            ["PhoneNumber", "URL", "Email"],
            PersonalData.Find("312-555-1234 or https://example.com/?mail=x or a@example.com").Select(datum => datum.Category));
}
