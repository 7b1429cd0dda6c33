using System.Collections.Frozen;

namespace Atrium.Server.Gateway.Language;

/// <summary>The published names of categories of personal data. A name that is none of them is a slip, and would leave data unmasked.</summary>
internal static class PiiCategories
{
    /// <summary>Those that leave the choice to the server.</summary>
    public static readonly string[] Choices = ["All", "Default"];

    public static readonly FrozenSet<string> Published = (
        "ABARoutingNumber ARNationalIdentityNumber AUBankAccountNumber AUDriversLicenseNumber AUMedicalAccountNumber AUPassportNumber AUTaxFileNumber AUBusinessNumber "
        + "AUCompanyNumber ATIdentityCard ATTaxIdentificationNumber ATValueAddedTaxNumber AzureDocumentDBAuthKey AzureIAASDatabaseConnectionAndSQLString AzureIoTConnectionString "
        + "AzurePublishSettingPassword AzureRedisCacheString AzureSAS AzureServiceBusString AzureStorageAccountKey AzureStorageAccountGeneric BENationalNumber BENationalNumberV2 "
        + "BEValueAddedTaxNumber BRCPFNumber BRLegalEntityNumber BRNationalIDRG BGUniformCivilNumber CABankAccountNumber CADriversLicenseNumber CAHealthServiceNumber "
        + "CAPassportNumber CAPersonalHealthIdentification CASocialInsuranceNumber CLIdentityCardNumber CNResidentIdentityCardNumber CreditCardNumber HRIdentityCardNumber "
        + "HRNationalIDNumber HRPersonalIdentificationNumber HRPersonalIdentificationOIBNumberV2 CYIdentityCard CYTaxIdentificationNumber CZPersonalIdentityNumber "
        + "CZPersonalIdentityV2 DKPersonalIdentificationNumber DKPersonalIdentificationV2 DrugEnforcementAgencyNumber EEPersonalIdentificationCode EUDebitCardNumber "
        + "EUDriversLicenseNumber EUGPSCoordinates EUNationalIdentificationNumber EUPassportNumber EUSocialSecurityNumber EUTaxIdentificationNumber FIEuropeanHealthNumber "
        + "FINationalID FINationalIDV2 FIPassportNumber FRDriversLicenseNumber FRHealthInsuranceNumber FRNationalID FRPassportNumber FRSocialSecurityNumber FRTaxIdentificationNumber "
        + "FRValueAddedTaxNumber DEDriversLicenseNumber DEPassportNumber DEIdentityCardNumber DETaxIdentificationNumber DEValueAddedNumber GRNationalIDCard GRNationalIDV2 "
        + "GRTaxIdentificationNumber HKIdentityCardNumber HUValueAddedNumber HUPersonalIdentificationNumber HUTaxIdentificationNumber INPermanentAccount INUniqueIdentificationNumber "
        + "IDIdentityCardNumber InternationalBankingAccountNumber IEPersonalPublicServiceNumber IEPersonalPublicServiceNumberV2 ILBankAccountNumber ILNationalID "
        + "ITDriversLicenseNumber ITFiscalCode ITValueAddedTaxNumber JPBankAccountNumber JPDriversLicenseNumber JPPassportNumber JPResidentRegistrationNumber JPSocialInsuranceNumber "
        + "JPMyNumberCorporate JPMyNumberPersonal JPResidenceCardNumber LVPersonalCode LTPersonalCode LUNationalIdentificationNumberNatural LUNationalIdentificationNumberNonNatural "
        + "MYIdentityCardNumber MTIdentityCardNumber MTTaxIDNumber NLCitizensServiceNumber NLCitizensServiceNumberV2 NLTaxIdentificationNumber NLValueAddedTaxNumber "
        + "NZBankAccountNumber NZDriversLicenseNumber NZInlandRevenueNumber NZMinistryOfHealthNumber NZSocialWelfareNumber NOIdentityNumber PHUnifiedMultiPurposeIDNumber "
        + "PLIdentityCard PLNationalID PLNationalIDV2 PLPassportNumber PLTaxIdentificationNumber PLREGONNumber PTCitizenCardNumber PTCitizenCardNumberV2 PTTaxIdentificationNumber "
        + "ROPersonalNumericalCode RUPassportNumberDomestic RUPassportNumberInternational SANationalID SGNationalRegistrationIdentityCardNumber SKPersonalNumber "
        + "SITaxIdentificationNumber SIUniqueMasterCitizenNumber ZAIdentificationNumber KRResidentRegistrationNumber ESDNI ESSocialSecurityNumber ESTaxIdentificationNumber "
        + "SQLServerConnectionString SENationalID SENationalIDV2 SEPassportNumber SETaxIdentificationNumber SWIFTCode CHSocialSecurityNumber TWNationalID TWPassportNumber "
        + "TWResidentCertificate THPopulationIdentificationCode TRNationalIdentificationNumber UKDriversLicenseNumber UKElectoralRollNumber UKNationalHealthNumber "
        + "UKNationalInsuranceNumber UKUniqueTaxpayerNumber USUKPassportNumber USBankAccountNumber USDriversLicenseNumber USIndividualTaxpayerIdentification USSocialSecurityNumber "
        + "UAPassportNumberDomestic UAPassportNumberInternational Organization Email URL Age PhoneNumber IPAddress Date Person Address DateOfBirth BankAccountNumber PassportNumber "
        + "DriversLicenseNumber Neighborhood SortCode PIN VIN VehicleIdentificationNumber LicensePlate KRPassportNumber KRDriversLicenseNumber KRSocialSecurityNumber "
        + "GovernmentIssuedId Password NationalId ZipCode CVV ExpirationDate CASocialIdentificationNumber USMedicareBeneficiaryId Location City State Airport GPE PersonType DateTime "
        + "Quantity").Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
